"""A small DAG, whose tasks say nothing of data: jobs, owners, tags and the tree of runs are what they tell."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator

with DAG("shop", start_date=datetime(2024, 5, 1), schedule=None, catchup=False, tags=["sales"]) as dag:
    extract = BashOperator(task_id="extract", bash_command="true", owner="team:orders")
    extract >> BashOperator(task_id="check", bash_command="true") >> EmptyOperator(task_id="end")
